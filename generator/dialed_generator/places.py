"""Where things lie in a repository: the published folder, the store and the weights of models."""

import os
from dataclasses import dataclass
from pathlib import Path

from dialed_generator.folder import Folder
from dialed_generator.members import MEMBER_FILE
from dialed_generator.store import Store
from dialed_generator.store_address import store_at

WEIGHTS_VARIABLE = "DIALED_WEIGHTS"


@dataclass(frozen=True)
class Places:
    """The folders that the generator reads and writes.

    Attributes:
        root: Root of the repository, or any folder that shall receive the same layout.
        weights: Folder that holds one model folder for each model id. None: see ``model_folder``.
        store_address: Where lossless masters are kept: a path, or any address that fsspec opens. None: below the
            root, for this machine alone.
    """

    root: Path
    weights: Path | None = None
    store_address: str | None = None

    @property
    def published(self) -> Path:
        """Encoded images and the manifest; committed."""
        return self.root / "docs" / "assets" / "comparisons"

    @property
    def store(self) -> Store:
        """Lossless masters; not committed.

        Raises:
            StorageError: The store's address cannot be opened.
        """
        if self.store_address is not None:
            return store_at(self.store_address)
        return Store(Folder(self.root / ".dialed" / "store"))

    @property
    def lock(self) -> Path:
        """File that a build holds while it writes."""
        return self.root / ".dialed" / "build.lock"

    def model_folder(self, model: str) -> Path:
        """Folder of a model: given weights, then ``DIALED_WEIGHTS``, then the root, then the source tree.

        ``DIALED_WEIGHTS`` names a folder of model folders, or one model folder itself.
        """
        given = self.weights or (
            Path(value) if (value := os.environ.get(WEIGHTS_VARIABLE)) else None
        )
        if given is not None:
            whole = any((given / name).is_file() for name in ("model_index.json", MEMBER_FILE))
            return given if whole else given / model
        own = self.root / "generator" / "weights" / model
        return own if own.is_dir() else source_tree() / "generator" / "weights" / model


def source_tree() -> Path:
    """Root of the checkout that this package runs from (in an installed wheel: a folder without weights)."""
    return Path(__file__).resolve().parents[2]


def find_root(start: Path | None = None) -> Path:
    """The nearest folder at or above ``start`` that holds a manifest's place; else the source tree, else ``start``."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "docs" / "assets" / "comparisons").is_dir() or (
            folder / "generator" / "weights"
        ).is_dir():
            return folder
    tree = source_tree()
    return tree if (tree / "mkdocs.yml").is_file() else here
