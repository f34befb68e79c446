"""The engines that write feedback: one brief in, one schema out, the same checks for all.

Nothing here knows the database. `brief` and `schema` are plain data; `chain` (LangChain) is imported in workers only.
"""
