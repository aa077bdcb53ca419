"""Finds pipelines by name: packages of this one, and folders that a setting names."""

import importlib
import os
import pkgutil
import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path

from currents_spark import pipelines
from currents_spark.engine.contract_documents import built_in
from currents_spark.engine.pipeline import NAME, Pipeline
from currents_spark.errors import InvalidJobSpecError

# Folders of pipelines, separated as in PATH; `<folder>/<pipeline>/spark/definition.py` names one as PIPELINE.
FOLDERS = "CURRENTS_PIPELINE_FOLDERS"
ENABLED = "CURRENTS_PIPELINES"


# State of the contracts' files that each package was loaded with: see load_pipeline.
_LOADED: dict[str, tuple[tuple[str, int, int], ...]] = {}


def load_pipeline(name: str) -> Pipeline:
    """
    The declaration by its contracts as they are now: where a file of them has changed since the last call, the
    package is loaded again. A process that stays for days thus reads a new column with its next job.

    Raises InvalidJobSpecError when no package of the name is found, or it declares another pipeline.
    """
    package = _package_of(name)
    if package is None:
        raise InvalidJobSpecError(
            f"pipeline: expected one of {', '.join(pipeline_names())}, found {name!r}; "
            f"folders of others are named by {FOLDERS}"
        )
    state = _contracts_state(name)
    if _LOADED.get(package, state) != state:
        _forget(package)
        # A package of a folder is one only while it is known.
        _package_of(name)
    found = getattr(importlib.import_module(f"{package}.definition"), "PIPELINE", None)
    if not isinstance(found, Pipeline) or found.name != name:
        raise InvalidJobSpecError(
            f"{package}.definition: expected PIPELINE, a Pipeline of the name {name!r}, found {found!r:.100}"
        )
    _LOADED[package] = state
    return found


def pipeline_names() -> list[str]:
    """Every pipeline that can be loaded."""
    packaged = [module.name for module in pkgutil.iter_modules(pipelines.__path__) if module.ispkg]
    outside = [path.parents[1].name for folder in _folders() for path in folder.glob("*/spark/definition.py")]
    return sorted({*packaged, *outside})


def enabled_pipelines() -> list[str]:
    """Those that the setting enables, in its order; all where it is not set."""
    named = [name.strip() for name in os.environ.get(ENABLED, "").split(",") if name.strip()]
    return named or pipeline_names()


def _package_of(name: str) -> str | None:
    if not NAME.fullmatch(name):
        return None
    if name in {module.name for module in pkgutil.iter_modules(pipelines.__path__) if module.ispkg}:
        return f"{pipelines.__name__}.{name}"
    for folder in _folders():
        if (folder / name / "spark" / "definition.py").is_file():
            return _package_from(folder / name / "spark", f"currents_pipeline_{name}")
    return None


def _package_from(folder: Path, package: str) -> str:
    """
    The folder as a package of this name, so that its modules import each other by relative names and never
    meet another pipeline's.
    """
    known = sys.modules.get(package)
    if known is None or list(known.__path__) != [str(folder)]:
        _forget(package)
        spec = ModuleSpec(package, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        sys.modules[package] = module_from_spec(spec)
    return package


def _forget(package: str) -> None:
    """The next import of the package or of a module of it reads the files again."""
    for name in [each for each in sys.modules if f"{each}.".startswith(f"{package}.")]:
        del sys.modules[name]


def _contracts_state(name: str) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of change of the contracts' files: reading all of them would cost each job more."""
    outside = [folder / name for folder in _folders()]
    folders = [folder for folder in (built_in(name), *outside) if (folder / "contracts").is_dir()]
    files = sorted(file for folder in folders[:1] for file in (folder / "contracts").rglob("*.y*ml"))
    return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)


def _folders() -> list[Path]:
    return [Path(folder).resolve() for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder]
