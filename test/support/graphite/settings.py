# Graphite's settings, with all of its files in one directory.
import os

from graphite.settings import *  # noqa: F403

directory = os.environ['GRAPHITE_TEST_DIRECTORY']
SECRET_KEY = 'of-a-test'
ALLOWED_HOSTS = ['127.0.0.1']
STORAGE_DIR = LOG_DIR = directory
WHISPER_DIR = os.path.join(directory, 'whisper')
DATA_DIRS = STANDARD_DIRS = [WHISPER_DIR]
INDEX_FILE = os.path.join(directory, 'index')
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(directory, 'graphite.db')}}
CARBONLINK_HOSTS = []
