"""Reading a configuration file: found, parsed, filled in, typed, checked. Everything wrong is said at once.

`find` says which file, `load` gives a `Config` or a `ConfigError` with one problem a line. No message
contains a secret: values are shown as they stand in the file, and only where no secret can be.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from shipsync.errors import ConfigError

from . import env, yaml
from .decode import Decoder, Unusable
from .problems import Problems
from .settings import Config, Store
from .yaml import Node

VARIABLE = "SHIPSYNC_CONFIG"
DEFAULT = "shipsync.yaml"

# Files that systemd hands over are guarded by their folder; their mode alone says less.
CREDENTIALS = "CREDENTIALS_DIRECTORY"
OTHERS_READ = 0o044


def find(option: str | None, environ: Mapping[str, str], folder: Path) -> Path:
    """The file named by `-c`, else by `$SHIPSYNC_CONFIG`, else `shipsync.yaml` in `folder`. Raises ConfigError."""
    named, source = (option, "-c") if option else (environ.get(VARIABLE), f"${VARIABLE}")
    path = folder / (named or DEFAULT)
    if path.is_file():
        return path
    if named:
        raise ConfigError(f"{path}, named by {source}, is not a file")
    raise ConfigError(
        f"there is no {DEFAULT} in {folder}",
        remedy=f"Name one with -c FILE or {VARIABLE}, or copy config.example.yaml and edit it.",
    )


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in `path`, with absolute paths and secrets filled in. Raises ConfigError."""
    path = path.absolute()
    problems = Problems()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"{path} can't be read: {_reason(error)}") from None
    root = yaml.read(text, problems)
    config = _config(root, path, environ, problems) if root is not None else None
    if problems.found or config is None:
        count = len(problems.found)
        listed = "\n".join(f"  {problem}" for problem in sorted(problems.found))
        raise ConfigError(f"{path}: {count} {'thing' if count == 1 else 'things'} to mend\n{listed}")
    return config


def _config(root: Node, path: Path, environ: Mapping[str, str], problems: Problems) -> Config | None:
    env_file, from_file = _env_file(root, path.parent, environ, problems)
    decoder = Decoder(env.merged(environ, from_file), path.parent, problems)
    try:
        config = decoder.section(Config, root, "", given={"path": path})
    except Unusable:
        config = None
    if config is not None and not config.stores and not problems.found:
        problems.add(0, "stores", "must name at least one store")
    if decoder.literals and _readable_by_others(path, environ):
        problems.add(*decoder.literals[0], f"holds a secret, and others may read this file: chmod 600 {path}")
    if env_file and decoder.secret_names & from_file.keys() and _readable_by_others(env_file, environ):
        problems.add(0, "env_file", f"holds a secret, and others may read it: chmod 600 {env_file}")
    if config is None:
        return None
    warnings = tuple(
        f"{path}: line {line}: {where} stands in the file itself; put it into the environment or env_file"
        for line, where in decoder.literals
    )
    stores = {name: _finished(name, store) for name, store in config.stores.items()}
    return msgspec.structs.replace(config, stores=stores, warnings=warnings)


def _env_file(
    root: Node, folder: Path, environ: Mapping[str, str], problems: Problems
) -> tuple[Path | None, dict[str, str]]:
    """Where the env file is and what it sets; its own name may use variables of the environment."""
    node = root.value.get("env_file") if isinstance(root.value, dict) else None
    if node is None or not isinstance(node.value, str):
        return None, {}
    try:
        path = folder / env.substitute(node.value, environ)
        return path, env.parse(path.read_text(encoding="utf-8-sig"), problems, "env_file")
    except env.MissingError:
        pass  # reported where the key is decoded
    except (OSError, UnicodeError) as error:
        problems.add(node.line, "env_file", f"can't be read: {_reason(error)}")
    return None, {}


def _finished(name: str, store: Store) -> Store:
    """The store with its name, and with locations by the numeric id that orders carry."""
    locations = store.shopify.locations
    if locations is not None:
        locations = {location.rpartition("/")[2]: warehouse for location, warehouse in locations.items()}
    return msgspec.structs.replace(
        store, name=name, shopify=msgspec.structs.replace(store.shopify, locations=locations)
    )


def _readable_by_others(path: Path, environ: Mapping[str, str]) -> bool:
    credentials = environ.get(CREDENTIALS)
    guarded = bool(credentials) and path.is_relative_to(str(credentials))
    return not guarded and bool(path.stat().st_mode & OTHERS_READ)


def _reason(error: OSError | UnicodeError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is not UTF-8 text"
