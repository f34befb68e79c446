"""Azure AI Search: the same entries in an index of the cloud, made by a command, kept by the workers."""
