"""A checkpoint from the Hugging Face Hub: its commit is resolved, and only safetensors and texts are fetched."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dialed_generator.own_model import Loading, Located, OwnModelError
from dialed_generator.weights import check_model_folder


def brought(loading: Loading, say: Callable[[str], None]) -> Located:
    """Fetch a hub repository at one commit (or take what is in the hub's cache) and check it.

    Raises:
        OwnModelError: The hub cannot be reached, or has no such repository, revision or safetensors files.
        WeightsError: What came is not whole.
    """
    repository, asked = loading.model, loading.revision
    with _online(), _hub_errors(repository, asked):
        commit = _commit(repository, asked)
        say(
            f"{repository}: revision {commit}"
            + (f" ({asked})" if asked not in {None, commit} else "")
        )
        folder = _fetched(loading, commit)
    check_model_folder(folder)
    return Located(repository, "hub", folder, repository, commit)


def texts_of(repository: str, path: Path, patterns: list[str], say: Callable[[str], None]) -> Path:
    """Fetch configurations and vocabularies of a repository, no weights, for a single file.

    Args:
        repository: Where they lie.
        path: The single file, for messages.
        patterns: Names of files to fetch.
        say: Told the commit.

    Raises:
        OwnModelError: The hub cannot be reached, or has no such repository.
    """
    with _online():
        import huggingface_hub
        from huggingface_hub import constants

        try:
            with _hub_errors(repository, None):
                commit = _commit(repository, None)
                say(f"configurations of {path.name}: {repository} at {commit}")
                folder = huggingface_hub.snapshot_download(
                    repository,
                    revision=commit,
                    allow_patterns=patterns,
                    local_files_only=constants.HF_HUB_OFFLINE,
                )
        except OwnModelError as error:
            raise OwnModelError(
                f"--model {path} is a single file and holds no configurations; those of {repository} could not be had "
                f"({error}). Name a folder that has them with --config"
            ) from None
    return Path(folder)


@contextlib.contextmanager
def _online() -> Iterator[None]:
    # The renderer keeps the libraries from the network; who names a hub id wants it. A switch that is set stays.
    os.environ.setdefault("HF_HUB_OFFLINE", "0")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    yield


def _commit(repository: str, asked: str | None) -> str:
    import huggingface_hub
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        found = huggingface_hub.snapshot_download(
            repository, revision=asked, local_files_only=True, allow_patterns=["model_index.json"]
        )
        return Path(found).name
    info = huggingface_hub.HfApi().model_info(repository, revision=asked, timeout=30)
    return str(info.sha)


def _fetched(loading: Loading, commit: str) -> Path:
    from dialed_generator.rendering.loading import quiet_libraries

    with quiet_libraries():
        import diffusers

        options: dict[str, Any] = {"revision": commit, "variant": loading.variant}
        folder = diffusers.DiffusionPipeline.download(
            loading.model, use_safetensors=True, trust_remote_code=False, **options
        )
    return Path(folder)


@contextlib.contextmanager
def _hub_errors(repository: str, asked: str | None) -> Iterator[None]:
    """Turn what the hub's client raises into one message with a cure."""
    from huggingface_hub import errors

    revision = f" at revision {asked}" if asked else ""
    try:
        yield
    except errors.GatedRepoError:
        raise OwnModelError(
            f"--model {repository}: its owner asks for a consent first; give it on https://huggingface.co/{repository} "
            "and log in with `hf auth login`"
        ) from None
    except errors.RevisionNotFoundError:
        raise OwnModelError(
            f"--model {repository}: the hub has no revision {asked!r} of it (gone or mistyped); leave --revision out to "
            "take the newest, or name another commit"
        ) from None
    except errors.RepositoryNotFoundError:
        raise OwnModelError(
            f"--model {repository}: the hub has no such repository that you may read, and there is no such folder here; "
            "correct the name, or log in with `hf auth login`"
        ) from None
    except (errors.OfflineModeIsEnabled, errors.LocalEntryNotFoundError):
        raise OwnModelError(
            f"--model {repository}{revision}: it is not in the cache of this machine, and the hub cannot be asked "
            "(offline, or HF_HUB_OFFLINE is set); connect, or name a folder"
        ) from None
    except OSError as error:
        raise OwnModelError(_unreachable(repository, revision, error)) from None
    except Exception as error:
        # The HTTP library raises errors of its own for connections, without a base class of Python's.
        if not type(error).__module__.startswith(("httpx", "httpcore", "requests")):
            raise
        raise OwnModelError(_unreachable(repository, revision, error)) from None


def _unreachable(repository: str, revision: str, error: Exception) -> str:
    first = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if "safetensors" in first or "no file named" in first:
        return (
            f"--model {repository}{revision}: it has no safetensors files that diffusers can use ({first}); "
            "choose another --variant or revision, or another repository"
        )
    return (
        f"--model {repository}{revision}: the hub cannot be reached or did not answer ({first}); check the connection "
        "(HF_ENDPOINT names another address), or name a folder"
    )
