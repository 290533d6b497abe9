"""What other installations add to this one."""
from __future__ import annotations

import os
import sys

#: the entry points by which a company adds rules of its own
RULES = "shapecheck.rules"


def anyone_adds(group: str) -> bool:
    """Does anything that is installed have entry points of this group?

    A look at the files that `importlib.metadata` would parse, a tenth of its 30 ms. Installations
    that are not plain folders (a zip) are left to it.
    """
    for folder in sys.path:
        try:
            names = os.listdir(folder or os.curdir)
        except NotADirectoryError:
            return True
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                try:
                    with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
                        if group.encode() in file.read():
                            return True
                except OSError:
                    continue
    return False
