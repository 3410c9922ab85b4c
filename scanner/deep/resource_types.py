"""Write the list of CloudFormation resource types that cfn-lint knows: `python -m scanner.deep.resource_types`.

The scanner reads the list as data (`listed(@.Type, 'cloudformation-resource-types')`), so that scanning never imports cfn-lint.
"""

from __future__ import annotations

import os
import sys

from scanner.match.shipped import directory

NAME = "cloudformation-resource-types"


def known() -> list[str]:
    """Every resource type of every region, AWS SAM's among them, sorted."""
    from cfnlint.helpers import REGIONS  # noqa: PLC0415
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415

    found: set[str] = set()
    for region in REGIONS:
        found.update(PROVIDER_SCHEMA_MANAGER.get_resource_types(region))
    return sorted(found)


def version() -> str:
    """The version of cfn-lint whose schemas `known` reads."""
    from importlib.metadata import version as installed  # noqa: PLC0415

    return installed("cfn-lint")


def text() -> str:
    """The list as it is kept among the signatures."""
    types = known()
    head = f"# The {len(types)} CloudFormation resource types that cfn-lint {version()} knows.\n"
    head += "# Written by `python -m scanner.deep.resource_types`.\n"
    return head + "".join(f"{name}\n" for name in types)


def path() -> str:
    """Where the list is kept."""
    return os.path.join(directory(), "tables", f"{NAME}.txt")


def main() -> int:
    """Write the list and say how long it is."""
    with open(path(), "w", encoding="utf-8") as out:
        out.write(text())
    sys.stdout.write(f"{path()}: {len(known())} types\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
