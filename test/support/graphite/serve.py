# Graphite's own web application over whisper files that are written first.
#   serve.py DIRECTORY HOST:PORT, where DIRECTORY/points.json is {"a.b": [[seconds, value], ...]}, a value for each minute
import json
import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import whisper

directory, address = sys.argv[1:]
host, port = address.split(':')
with open(os.path.join(directory, 'points.json')) as written:
    for name, points in json.load(written).items():
        path = os.path.join(directory, 'whisper', *name.split('.')) + '.wsp'
        os.makedirs(os.path.dirname(path), exist_ok=True)
        whisper.create(path, [(60, 24 * 60)])
        whisper.update_many(path, points)

os.environ['GRAPHITE_TEST_DIRECTORY'] = directory
os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
call_command('migrate', run_syncdb=True, verbosity=0)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *told):
        pass


make_server(host, int(port), application, Server, Quiet).serve_forever()
