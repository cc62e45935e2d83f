"""Spelling: the words that pages hold, and other queries for what was typed.

All of it is done before the engines are asked; no engine has a fuzziness of its own.
"""
