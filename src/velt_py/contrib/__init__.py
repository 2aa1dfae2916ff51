"""Velt inside the application's own framework. Each module here needs the framework that it is named after."""
