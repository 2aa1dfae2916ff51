"""Velt in a Django project: the app `velt_py.contrib.django`. Importing this package does not import Django."""
