"""Attempts to do what the newsroom refuses, over HTTP against a running server with the demo loaded.

``python -m tests.abuse`` starts a newsroom of its own, with a new database; ``python -m tests.abuse https://…`` tries a
server that runs already, which has to have the demo and nothing that matters. Both print a table attempt / outcome and
end with the number of those that succeeded.

An attempt is a function in ``tests/abuse/attempts/<subject>.py`` under ``@attempt("What is tried")``. It is given a
``Newsroom``, makes what it needs with the sessions of those who may, tries with the session of somebody who may not,
looks at what readers or others then get, and returns how it was refused in a few words. An assertion that fails in it
says that it succeeded. Attempts share one server: each makes pages, pictures and words of its own.
"""
