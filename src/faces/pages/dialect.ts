import { STATUS_CODES } from 'node:http';
import { readFormBody } from '../../http/body.ts';
import type { Dialect } from '../../http/dialect.ts';
import { readStrictly } from '../../http/native-dialect.ts';
import { detailOf, statusOf } from '../../http/problem.ts';
import { renderProblemPage } from '../../report/problem-page.ts';
import { renderSignInPage } from '../../report/sign-in-page.ts';
import { page } from './page.ts';

/** What `next` of the form may be: a page of this service; a filter is lost on the way. */
const OPENED_AGAIN = /^\/(?!log)([a-z]+(\/[\w.-]{1,200})?)?$/;

/** What browsers speak: forms come in, pages go out, and who must sign in is asked to. */
export const pagesDialect: Dialect = {
  read: (call) => readStrictly(call, readFormBody),
  formatFault(fault, { requestId, path }) {
    const status = statusOf(fault);
    if (fault.code === 'unauthorized') {
      return page(status, renderSignInPage(OPENED_AGAIN.test(path) ? { next: path } : {}), 'form');
    }
    const title = STATUS_CODES[status] ?? 'Failed';
    return page(
      status,
      renderProblemPage({
        title,
        message: detailOf(fault, requestId),
        violations: fault.violations,
      }),
    );
  },
  encode: JSON.stringify,
};
