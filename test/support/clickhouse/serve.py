# ClickHouse in this process, behind the part of its HTTP interface that the service uses: text in the body, parameters
# `param_...`, settings and `default_format` in the address, errors with their code in a header.
#   serve.py DIRECTORY HOST:PORT
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

from chdb import session

directory, address = sys.argv[1:]
host, port = address.split(':')
database = session.Session(directory)
one_at_a_time = Lock()
# about the transport, which is this file's, and rights, which one process has not
NOT_SETTINGS = {'database', 'default_format', 'readonly', 'wait_end_of_query'}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.tell(200, b'Ok.\n')

    def do_POST(self):
        wanted = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        text = self.rfile.read(int(self.headers['content-length'])).decode()
        parameters = {key[6:]: value for key, value in wanted.items() if key.startswith('param_')}
        settings = [
            f"{key} = '{value}'"
            for key, value in wanted.items()
            if not key.startswith('param_') and key not in NOT_SETTINGS
        ]
        if settings:
            text += '\nSETTINGS ' + ', '.join(settings)
        try:
            with one_at_a_time:
                if 'database' in wanted:
                    database.query(f'USE {wanted["database"]}')
                answer = database.query(text, wanted.get('default_format', 'TabSeparated'), params=parameters)
                body = answer.bytes() if answer is not None else b''
            self.tell(200, body)
        except Exception as error:
            code = re.search(r'Code: (\d+)', str(error))
            self.tell(404, str(error).encode(), {'X-ClickHouse-Exception-Code': code[1]} if code else {})

    def tell(self, status, body, headers={}):
        self.send_response(status)
        for name, value in {**headers, 'content-length': str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told):
        pass


ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
