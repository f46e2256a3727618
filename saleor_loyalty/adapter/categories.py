"""The path of a product's category, as slugs from the root down.

Never writes. ``read_category_paths`` takes one statement for any number of categories, none where all of them are
roots; ``category_slugs`` is part of the statement that reads the lines or products.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from saleor.product.models import Category

CategoryPaths = Mapping[int, tuple[str, ...]]


def category_slugs(category: str) -> ArraySubquery:
    """Return the expression for the slugs from the root to a category; ``category`` is the way to it from the row."""
    place = {name: OuterRef(f"{category}__{name}") for name in ("tree_id", "lft", "rght")}
    path = Category.objects.filter(tree_id=place["tree_id"], lft__lte=place["lft"], rght__gte=place["rght"])
    return ArraySubquery(path.order_by("lft").values("slug"))


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
