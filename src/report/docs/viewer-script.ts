/**
 * Starts Redoc, which comes before it in the same file, in the colours of the other pages. Its search wants a worker of
 * a made-up address, which the policy forbids: all is on one page, and browsers search pages.
 */
export const viewerScript = `
'use strict';
(() => {
  const place = document.getElementById('viewer');
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const methods = ['get', 'post', 'put', 'delete', 'patch', 'options', 'head', 'basic', 'link'];
  const code = { color: color('text'), backgroundColor: color('track') };
  const theme = {
    colors: {
      primary: { main: color('link') },
      success: { main: color('pass') }, warning: { main: color('marginal'), contrastText: color('page') }, error: { main: color('fail') },
      gray: { 50: color('card'), 100: color('track') },
      text: { primary: color('text'), secondary: color('quiet') },
      border: { dark: color('rule'), light: color('rule') },
      responses: Object.fromEntries(
        [['success', 'pass', '#5fd0a0'], ['error', 'fail', '#ff8a70'], ['redirect', 'marginal', '#f0b54a'], ['info', 'link', '#7db9ef']]
          .map(([name, own, tabTextColor]) => [name, { color: color(own), backgroundColor: color('card'), tabTextColor }])),
      http: Object.fromEntries(methods.map((name) => [name, '#33415a'])),
    },
    schema: { nestedBackground: color('card'), linesColor: color('rule'), typeNameColor: color('quiet'), typeTitleColor: color('quiet'),
      requireLabelColor: color('fail'), arrow: { color: color('quiet') } },
    typography: {
      fontFamily: 'inherit', headings: { fontFamily: 'inherit' }, links: { color: color('link'), visited: color('link'), hover: color('text') },
      code: { ...code, wrap: true },
    },
    sidebar: { backgroundColor: color('card'), textColor: color('text'), activeTextColor: color('link') },
    rightPanel: { backgroundColor: '#1a1f26', textColor: '#e6e9ee' },
    codeBlock: { backgroundColor: '#12151a' },
    fab: { backgroundColor: color('card'), color: color('text') },
  };
  const { contract: address, tag } = place.dataset;
  const end = (error) => {
    if (error) place.textContent = 'The contract could not be shown: ' + error.message;
    place.dataset.state = error ? 'failed' : 'drawn';
  };
  // the whole contract takes a slow computer some seconds to draw; a part of it is drawn at once
  const partOf = ({ paths, tags, ...rest }) => ({
    ...rest,
    tags: tags.filter(({ name }) => name === tag),
    paths: Object.fromEntries(Object.entries(paths).flatMap(([path, methods]) => {
      const own = Object.entries(methods).filter(([, { tags = [] }]) => tags.includes(tag));
      return own.length === 0 ? [] : [[path, Object.fromEntries(own)]];
    })),
  });
  fetch(address)
    .then((answer) => answer.json())
    .then((contract) => {
      const shown = tag === undefined ? contract : partOf(contract);
      Redoc.init(shown, { disableSearch: true, nativeScrollbars: true, downloadDefinitionUrl: address, theme }, place, end);
    })
    .catch(end);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => location.reload());
})();
`;
