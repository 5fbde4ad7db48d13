"""What the orders context adds to the shell; found by itself (see stocke.core.web)."""

from orders import shell_cases, shell_files, shell_orders

__all__ = ["shell_cases", "shell_files", "shell_orders"]
