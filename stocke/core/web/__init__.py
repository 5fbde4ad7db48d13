"""Building blocks of every page: access, lists, forms, statuses, navigation, search and undo."""
