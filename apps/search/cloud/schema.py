"""The index in the cloud: one document a passage, with what it is filtered by, its text and its direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from apps.search.cloud.client import WRITING, index_client, patiently
from apps.search.vectors import DIMENSIONS

if TYPE_CHECKING:
    from azure.search.documents.indexes.models import SearchField, SearchIndex

PROFILE = "meaning"
FOR_ALL = "all"
"""What stands as `team` of entries for all teams: no id looks so."""


def create() -> str:
    """Make the index, or bring its fields up to date; returns its name.

    Raises:
        CloudUnavailable: Azure did not do it.
    """
    with index_client(WRITING) as client:
        made = patiently(lambda: client.create_or_update_index(definition()), WRITING)
    return str(made.name)


def definition() -> SearchIndex:
    """Return the index as it should be."""
    from azure.search.documents.indexes.models import (
        HnswAlgorithmConfiguration,
        HnswParameters,
        SearchIndex,
        VectorSearch,
        VectorSearchProfile,
    )

    near = HnswAlgorithmConfiguration(name="hnsw", parameters=HnswParameters(metric="cosine"))
    profile = VectorSearchProfile(name=PROFILE, algorithm_configuration_name="hnsw")
    return SearchIndex(
        name=settings.AZURE_SEARCH_INDEX,
        fields=_fields(),
        vector_search=VectorSearch(algorithms=[near], profiles=[profile]),
    )


def _fields() -> list[SearchField]:
    from azure.search.documents.indexes.models import SearchableField, SearchField, SearchFieldDataType, SimpleField

    text, number = SearchFieldDataType.STRING, SearchFieldDataType.INT32
    folding = "standardasciifolding.lucene"
    return [
        SimpleField(name="id", type=text, key=True),
        *(SimpleField(name=name, type=text, filterable=True) for name in ("kind", "object_id", "team", "player")),
        *(SimpleField(name=name, type=number, filterable=True) for name in ("age_min", "age_max", "position")),
        SearchableField(name="title", type=text, analyzer_name=folding),
        SearchableField(name="tags", collection=True, type=text, analyzer_name=folding),
        SearchableField(name="asked", collection=True, type=text, analyzer_name=folding),
        SearchableField(name="text", type=text, analyzer_name=folding),
        SearchField(
            name="meaning",
            type="Collection(Edm.Single)",
            searchable=True,
            vector_search_dimensions=DIMENSIONS,
            vector_search_profile_name=PROFILE,
        ),
    ]
