"""QR codes: one picture for pages (SVG) and one for everything else (PNG)."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import qrcode
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage


@dataclass(frozen=True, slots=True)
class QrStyle:
    """How a code is drawn.

    Attributes:
        module_px: width of one square of the PNG [px]; 8 makes a code that a phone reads from a laptop at arm's length.
        quiet_modules: white margin [squares]; ISO/IEC 18004 asks for 4.
    """

    module_px: int = 8
    quiet_modules: int = 4


STYLE = QrStyle()


def qr_svg(text: str) -> str:
    """Return the code as an SVG document of one path, in black on nothing."""
    image = _code(text).make_image(image_factory=SvgPathImage)
    return str(image.to_string(encoding="unicode"))


def qr_png(text: str) -> str:
    """Return the code as a `data:` URL of a PNG, in black on white."""
    image = _code(text).make_image(image_factory=PilImage)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _code(text: str) -> qrcode.QRCode[PilImage]:
    code: qrcode.QRCode[PilImage] = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=STYLE.module_px, border=STYLE.quiet_modules
    )
    code.add_data(text)
    code.make(fit=True)
    return code
