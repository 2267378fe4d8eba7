"""The merge routine of the Open Contracting Data Standard 1.1: one release laid over what was known before.

It is written here because the reference implementation asks the web for the schema unless it is given the rules. Source
of the rules: standard.open-contracting.org/1.1/en/schema/merging.
"""

from typing import Any

WHOLE_LISTS = frozenset({"additionalIdentifiers", "additionalClassifications", "changes"})
"""Lists whose items' ids, if any, are no keys of the list: a newer one replaces the older."""
OF_THE_RELEASE = frozenset({"id", "date", "tag"})
"""Fields that tell about one release, not about the process; never merged."""


def merged(old: Any, new: Any, name: str = "") -> Any:
    """The value of a field after a release; old and new stay as they are.

    Objects field by field (null removes), lists of objects by their id, everything else replaced. name: of the field.
    Objects of a list that have no id can't be told apart, so that the newer ones replace the older ones.
    """
    if isinstance(new, dict):
        return _laid_over(old if isinstance(old, dict) else {}, new)
    if isinstance(new, list) and name not in WHOLE_LISTS and all(isinstance(item, dict) for item in new):
        return _by_id(old if isinstance(old, list) else [], new)
    return new


def released(state: dict[str, Any], release: dict[str, Any]) -> dict[str, Any]:
    """The state of a process after a release of it."""
    body = {key: value for key, value in release.items() if key not in OF_THE_RELEASE}
    return _laid_over(state, body)


def _laid_over(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    result = dict(old)
    for key, value in new.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value, key)
    return result


def _by_id(old: list[Any], new: list[dict[str, Any]]) -> list[Any]:
    known = {str(item["id"]): item for item in old if has_id(item)}
    without = [item for item in new if not has_id(item)] or [item for item in old if not has_id(item)]
    for item in new:
        if has_id(item):
            known[str(item["id"])] = _laid_over(known.get(str(item["id"]), {}), item)
    return [*known.values(), *without]


def has_id(item: Any) -> bool:
    """Whether an object of a list can be told from the others."""
    return isinstance(item, dict) and item.get("id") not in (None, "")
