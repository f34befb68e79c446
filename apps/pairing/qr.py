"""QR codes: one picture for pages (SVG) and one for everything else (PNG)."""

from __future__ import annotations

import base64
import io

import qrcode
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathFillImage

QUIET_MODULES = 4
"""White margin [squares], as ISO/IEC 18004 asks for."""
PNG_MODULE_PX = 8
"""Width of one square of the PNG [px]: read by a phone from a laptop at arm's length."""
SVG_MODULE = 10
"""Width of one square of the SVG [tenths of its unit]: coordinates are whole numbers."""


def qr_svg(text: str) -> str:
    """Return the code as an SVG document, black on white, so that a dark page does not hide it."""
    return str(_code(text, SVG_MODULE).make_image(image_factory=SvgPathFillImage).to_string(encoding="unicode"))


def qr_png(text: str) -> str:
    """Return the code as a `data:` URL of a PNG, black on white."""
    buffer = io.BytesIO()
    _code(text, PNG_MODULE_PX).make_image(image_factory=PilImage).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _code(text: str, module: int) -> qrcode.QRCode[PilImage]:
    code: qrcode.QRCode[PilImage] = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=module, border=QUIET_MODULES
    )
    code.add_data(text)
    code.make(fit=True)
    return code
