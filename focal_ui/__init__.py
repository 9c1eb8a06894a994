"""Controls, exhibits and words: what every page of the app is made of."""
