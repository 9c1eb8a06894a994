"""A configuration's name as part of a file name."""


def slug(name: str) -> str:
    """Small letters without spaces: "FL, γ = 2" gives "fl-gamma-2"."""
    for letter, word in (("π", "pi"), ("γ", "gamma"), ("α", "alpha"), (" = ", "-"), (",", "")):
        name = name.replace(letter, word)
    return name.lower().replace(" ", "-")
