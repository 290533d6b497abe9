"""What the tables say of Pillow and OpenCV is what they do."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shapecheck.read.libraries import images
from shapecheck.read.values import Const
from tests.read.truth import Truth, shapes

pytest.importorskip("PIL")
pytestmark = pytest.mark.filterwarnings("ignore")

SETUP = """
import numpy as np
from PIL import Image, ImageOps
path = "PATH"
img = Image.open(path)
x = np.zeros((20, 30, 3), np.uint8)
g = np.zeros((20, 30), np.uint8)
"""
PILLOW = """
np.array(img)
np.array(img.convert("L"))
np.array(img.convert("RGB"))
np.array(img.convert("RGBA"))
np.asarray(img.convert("L").resize((28, 28)))
np.array(img.resize((28, 14)).convert("L"))
np.array(img.resize((28, 14)).convert("RGB"))
np.array(img.resize((28, 14)))
np.array(img.convert("1"))
np.array(img.convert("F"))
np.array(img.convert(mode="HSV"))
np.array(Image.open(path).convert("RGB").resize((32, 64))) / 255.0
np.expand_dims(np.array(img.convert("L").resize((28, 28))), 0)
np.array(img.convert("L").resize((28, 28))).reshape(1, 28, 28, 1)
np.array(img.convert("L").resize((28, 28)), dtype="float32")
np.array([np.array(img.convert("RGB").resize((8, 9))) for _ in range(4)])
np.array([img.convert("RGB").resize((8, 9)) for _ in range(4)])
np.stack([np.array(img.convert("L").resize((8, 9))) for _ in range(3)])
np.array(img.convert("RGB").crop((0, 0, 10, 5)))
np.array(img.convert("RGB").rotate(90, expand=True))
np.array(img.convert("RGB").transpose(Image.FLIP_LEFT_RIGHT))
np.array(img.convert("RGB").copy())
np.array(ImageOps.fit(img.convert("RGB"), (12, 14)))
np.array(ImageOps.grayscale(img))
np.array(ImageOps.mirror(img.convert("L").resize((8, 9))))
np.array(ImageOps.invert(img.convert("L").resize((8, 9))))
np.array(Image.new("RGB", (5, 6)))
np.array(Image.new("L", (5, 6)))
np.array(Image.fromarray(x))
np.array(Image.fromarray(g))
np.array(Image.fromarray(x).convert("L"))
np.array(Image.fromarray(x).resize((7, 8)))
np.array(Image.fromarray(g).resize((7, 8), Image.BILINEAR))
Image.fromarray(x).size
Image.fromarray(x).width
Image.fromarray(x).height
img.resize((7, 8)).size
img.resize((7, 8)).size[0]
img.convert("L").mode
""".strip().splitlines()


@pytest.fixture
def files(tmp_path: Path) -> Any:
    from PIL import Image

    made = {}
    for mode, suffix in (("RGB", "png"), ("L", "png"), ("RGBA", "png"), ("P", "png"),
                         ("RGB", "jpg"), ("1", "png"), ("LA", "png")):
        made[mode + suffix] = tmp_path / f"{mode}.{suffix}"
        Image.new(mode, (40, 30)).save(made[mode + suffix])
    return made


def test_pillow(files: Any) -> None:
    """Whatever the file is."""
    for path in files.values():
        truth = Truth()
        silent = truth.hold_each(SETUP.replace("PATH", str(path)), PILLOW)
        assert silent == ["np.array(img)", "np.array(img.resize((28, 14)))"]


def test_thumbnail_changes_the_picture(files: Any) -> None:
    program = SETUP.replace("PATH", str(files["RGBpng"])) + (
        "p = img.convert('RGB').resize((20, 10))\np.thumbnail((5, 5))\nr = np.array(p)\n")
    assert Truth().hold(program, "r")
    assert shapes(program) == (None, None, 3)


OPENCV = """
cv2.imread(path)
cv2.imread(path, 1)
cv2.imread(path, 0)
cv2.imread(path, -1)
cv2.imread(path, cv2.IMREAD_GRAYSCALE)
cv2.imread(path, cv2.IMREAD_COLOR)
cv2.imread(path, flags=cv2.IMREAD_UNCHANGED)
cv2.resize(cv2.imread(path), (32, 64))
cv2.resize(cv2.imread(path, 0), (32, 64))
cv2.resize(cv2.imread(path, -1), (32, 64))
cv2.resize(x, (7, 8))
cv2.resize(src=x, dsize=(7, 8))
cv2.resize(x, (7, 8), interpolation=cv2.INTER_AREA)
cv2.resize(g, (7, 8))
cv2.resize(g[..., None], (7, 8))
cv2.resize(g[:, :, np.newaxis], (7, 8))
cv2.resize(x, None, fx=0.5, fy=0.5)
cv2.resize(x, (0, 0), fx=0.5, fy=0.5)
cv2.resize(x.astype("float32"), (7, 8))
cv2.cvtColor(x, cv2.COLOR_BGR2GRAY)
cv2.cvtColor(x, cv2.COLOR_BGR2RGB)
cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)
cv2.cvtColor(x, cv2.COLOR_BGR2HSV)
cv2.cvtColor(g, cv2.COLOR_GRAY2BGR)
cv2.cvtColor(g, cv2.COLOR_GRAY2RGB)
cv2.cvtColor(g[..., None], cv2.COLOR_GRAY2RGB)
cv2.cvtColor(x, cv2.COLOR_BGR2BGRA)
cv2.cvtColor(x, 6)
cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2GRAY)
cv2.resize(cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2GRAY), (28, 28))
cv2.resize(cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB), (28, 28)) / 255.0
np.array([cv2.resize(cv2.imread(path), (8, 9)) for _ in range(3)])
np.array([cv2.resize(cv2.imread(p), (8, 9)) for p in [path] * 100])
np.expand_dims(cv2.resize(cv2.imread(path), (8, 9)), axis=0)
cv2.resize(cv2.imread(path, 0), (28, 28)).reshape(1, 28, 28, 1)
cv2.GaussianBlur(x, (3, 3), 0)
cv2.GaussianBlur(g[..., None], (3, 3), 0)
cv2.flip(x, 1)
cv2.medianBlur(g, 3)
cv2.threshold(g, 10, 255, cv2.THRESH_BINARY)
cv2.threshold(g, 10, 255, cv2.THRESH_BINARY)[1]
cv2.warpAffine(x, np.eye(2, 3), (7, 8))
cv2.copyMakeBorder(x, 1, 2, 3, 4, cv2.BORDER_CONSTANT)
cv2.split(x)
cv2.bitwise_not(g)
cv2.normalize(x, None, 0, 255, cv2.NORM_MINMAX)
cv2.equalizeHist(g)
""".strip().splitlines()


def test_opencv(files: Any) -> None:
    pytest.importorskip("cv2")
    for path in files.values():
        truth = Truth()
        silent = truth.hold_each("import cv2\n" + SETUP.replace("PATH", str(path)), OPENCV)
        assert all("-1" in s or "UNCHANGED" in s for s in silent), silent


def test_numbers_of_opencv() -> None:
    """The reader never imports cv2, so it keeps the numbers of its constants."""
    cv2 = pytest.importorskip("cv2")
    for path, value in images.CONSTANTS.items():
        assert isinstance(value, Const)
        name = path.partition(".")[2]
        if not name.startswith("CV_LOAD"):
            assert getattr(cv2, name) == value.value, path


def test_colors_of_opencv() -> None:
    cv2 = pytest.importorskip("cv2")
    import numpy as np

    for name, (code, channels) in images._COLORS.items():
        source = {"GRAY": 1, "BGRA": 4, "RGBA": 4}.get(name.partition("2")[0], 3)
        made = cv2.cvtColor(np.zeros((4, 5, source), np.uint8), code)
        assert made.shape == ((4, 5) if channels == 1 else (4, 5, channels)), name


@pytest.mark.parametrize("expression", [
    "np.array(Image.open(path))", "np.array(Image.open(path).convert(k))",
    "plt.imread(path)", "imageio.imread(path)", "cv2.imread(path, k)", "cv2.cvtColor(x, k)",
    "np.array(img.crop(k))",
])
def test_unknown_stays_unknown(expression: str) -> None:
    program = ("import cv2, imageio\nimport matplotlib.pyplot as plt\n" + SETUP
               + f"r = {expression}")
    assert shapes(program) is None
