"""The path of a product's category, as slugs from the root down.

Never writes. One statement for any number of categories, none where all of them are roots.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from saleor.product.models import Category


def read_category_paths(categories: Iterable[Any], *, using: str = "default") -> dict[int, tuple[str, ...]]:
    """Return by primary key the slugs from the root to each category. The categories themselves are not read again."""
    own = {category.pk: category for category in categories if category is not None}
    known = {pk: (category.parent_id, category.slug) for pk, category in own.items()}
    nested = [pk for pk, category in own.items() if category.parent_id is not None]
    if nested:
        descendants = Category.objects.filter(
            pk__in=nested, tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), rght__lt=OuterRef("rght")
        )
        ancestors = Category.objects.using(using).filter(Exists(descendants))
        known.update({pk: (parent, slug) for pk, parent, slug in ancestors.values_list("pk", "parent_id", "slug")})
    return {pk: _path(pk, known) for pk in own}


def _path(pk: int, known: dict[int, tuple[int | None, str]]) -> tuple[str, ...]:
    slugs: list[str] = []
    current: int | None = pk
    while current is not None and current in known:
        current, slug = known[current]
        slugs.append(slug)
    return tuple(reversed(slugs))
