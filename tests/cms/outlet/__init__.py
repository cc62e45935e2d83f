"""The package of a newsroom of its own: a kind of publication, and the language of docs/add-a-language.md."""
