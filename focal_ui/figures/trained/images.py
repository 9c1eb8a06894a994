"""Small images as Plotly takes them."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png(image: NDArray[np.uint8]) -> str:
    """An image (3, height, width) as the text of a PNG."""
    kept = io.BytesIO()
    Image.fromarray(np.moveaxis(image, 0, -1)).save(kept, "PNG")
    return "data:image/png;base64," + base64.b64encode(kept.getvalue()).decode()
