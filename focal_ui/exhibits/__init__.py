"""What a page exhibits: from the values of its controls to the pictures that `figures` draws."""
