"""The policy packs that come with the project: `fixtures/policies/*.yaml`, versioned, every edge with its source."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from apps.safety.errors import PolicyError
from apps.safety.pack import SHAPES, Band, PolicyPack
from apps.safety.pack_parser import parse_pack, read_mapping
from apps.safety.strictness import strictest_of

__all__ = ["SHAPES", "Band", "PolicyPack", "load_pack", "load_packs", "read_pack", "strictest_pack"]

POLICY_FOLDER = Path(__file__).parents[2] / "fixtures" / "policies"
DEFAULT_PACK = "default"


def read_pack(path: Path) -> PolicyPack:
    """Read and check one policy file; a file that `extends` another takes over the rules it does not name.

    Raises:
        PolicyError: the file is missing or malformed; the message says where and what is expected.
    """
    return _read(path, seen=())


def load_pack(pack_id: str = DEFAULT_PACK) -> PolicyPack:
    """A pack of `fixtures/policies/` by its id.

    Raises:
        PolicyError: there is no such pack, or it is malformed.
    """
    packs = load_packs()
    if pack_id not in packs:
        raise PolicyError(f"no policy pack {pack_id!r}; there are {', '.join(sorted(packs))}")
    return packs[pack_id]


@functools.cache
def load_packs(folder: Path = POLICY_FOLDER) -> Mapping[str, PolicyPack]:
    """All packs of a folder by id.

    Raises:
        PolicyError: one is malformed, or two have the same id.
    """
    packs: dict[str, PolicyPack] = {}
    for path in sorted(folder.glob("*.yaml")):
        pack = read_pack(path)
        if pack.id in packs:
            raise PolicyError(f"{path.name}: the id {pack.id!r} is taken by another file")
        packs[pack.id] = pack
    return packs


@functools.lru_cache(maxsize=64)
def strictest_pack(*candidates: PolicyPack) -> PolicyPack:
    """The strictest of the given packs and those that come with the project: for players of unknown age.

    Rule by rule the stricter limit counts, so a pack that is strict in one and mild in another loosens nothing.
    """
    return strictest_of(*candidates, *load_packs().values())


def _read(path: Path, seen: tuple[str, ...]) -> PolicyPack:
    if path.name in seen:
        raise PolicyError(f"{path.name}: extends itself by way of {' → '.join(seen)}")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise PolicyError(f"{path.name}: no such policy file") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path.name}: not readable as YAML: {error}") from error

    def parent_of(pack_id: str) -> PolicyPack:
        return _read(path.with_name(f"{pack_id}.yaml"), (*seen, path.name))

    return parse_pack(read_mapping(text, path.name), path.name, parent_of)
