"""The translations: taken from the source, kept in one catalogue per context, judged and compiled.

Done with Babel, because the gettext programs are missing on many machines.
"""
