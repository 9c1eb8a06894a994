"""How a visitor’s own scores come in."""
