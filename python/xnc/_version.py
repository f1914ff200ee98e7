"""The version of all of xnc: CMake, the tool and the package read it here."""

__version__ = "0.1.0"
