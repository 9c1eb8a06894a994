"""What a visitor can set: each kind of control, each control once, and what a link says of them."""
