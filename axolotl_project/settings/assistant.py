"""The coach's assistant: which language model writes, how long it may take, how much a team may use a day."""

from __future__ import annotations

from axolotl_project.settings import env

AZURE_OPENAI_ENDPOINT = env.text("AZURE_OPENAI_ENDPOINT").rstrip("/")
AZURE_OPENAI_KEY = env.text("AZURE_OPENAI_KEY")
AZURE_OPENAI_DEPLOYMENT = env.text("AZURE_OPENAI_DEPLOYMENT")
AZURE_OPENAI_EMBEDDING_DEPLOYMENT = env.text("AZURE_OPENAI_EMBEDDING_DEPLOYMENT")
AZURE_OPENAI_API_VERSION = env.text("AZURE_OPENAI_API_VERSION", "2024-10-21")
"""The first generally available version with structured output."""

ASSISTANT_PROVIDER = env.choice("ASSISTANT_PROVIDER", "auto", frozenset({"auto", "rules", "azure"}))
"""auto: Azure OpenAI where endpoint, key and deployment are set, else the rule-based coach."""
ASSISTANT_TIMEOUT_S = env.integer("ASSISTANT_TIMEOUT_S", 60, minimum=1)
ASSISTANT_TOKENS_PER_DAY = env.integer("ASSISTANT_TOKENS_PER_DAY", 200_000)
