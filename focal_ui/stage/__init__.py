"""How a view is shown and follows the finger: headline, pictures, sentences and tables."""
