"""Plain `shapecheck` on PyPI is another tool with a package of the same name: say so if it is here.

Whichever of the two was installed last has overwritten `shapecheck/__init__.py` and `py.typed`,
and uninstalling either takes them away. So nothing here, and nothing that the command needs to
start, may depend on names in `shapecheck/__init__.py`.
"""
from __future__ import annotations

import os
import re
from typing import Optional

#: the metadata of a distribution named exactly "shapecheck"; ours is "shapecheck_keras-..."
_THEIRS = r"(?i)shapecheck-(\d[^-]*)(-py[\d.]+)?\.(dist|egg)-info"

_REINSTALL = "pip install --force-reinstall --no-deps shapecheck-keras"


def other_shapecheck(package_dir: str) -> Optional[str]:
    """One line that says what is wrong with the package in `package_dir`, None if nothing is.

    Costs one listing of the folder above it; a folder that cannot be listed is no clash.
    """
    try:
        names = os.listdir(os.path.dirname(os.path.abspath(package_dir)))
    except OSError:
        return None
    for name in names:
        found = re.fullmatch(_THEIRS, name) if name[:11].lower() == "shapecheck-" else None
        if found:
            return (f"another tool named shapecheck ({found.group(1)}) is installed over this one "
                    f"and replaces parts of it: pip uninstall shapecheck; {_REINSTALL}")
    if not os.path.exists(os.path.join(package_dir, "__init__.py")):
        return ("shapecheck/__init__.py is missing (uninstalling the other tool of that name takes "
                f"it away): {_REINSTALL}")
    return None
