"""What makes search forgive: the words that the pages hold, and other readings of what was typed.

All of it stands before the engines: it makes another query, and no engine has a fuzziness of its own.
"""
