// Copies of unsaved texts in this browser, each of one user and one page. What was saved is deleted at once.
const PREFIX = "articles-kept:";
const OLDEST_MS = 14 * 24 * 60 * 60 * 1000;

function all() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => {
      try {
        return { key, ...JSON.parse(localStorage.getItem(key)) };
      } catch {
        return { key, time: 0 };
      }
    });
}

export function forgetOld() {
  for (const copy of all()) if (!(copy.time > Date.now() - OLDEST_MS)) localStorage.removeItem(copy.key);
}

/** Keep a text; return whether there was room. */
export function keep(user, page, tab, copy) {
  const key = `${PREFIX}${user}:${page}:${tab}`;
  try {
    localStorage.setItem(key, JSON.stringify({ ...copy, user, page, tab, time: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function forget(user, page, tab) {
  localStorage.removeItem(`${PREFIX}${user}:${page}:${tab}`);
}

/** Note that a text was sent by leaving its page: the next page of the admin in this tab shows that it arrived. */
export function markSent(user, page, tab) {
  const key = `${PREFIX}${user}:${page}:${tab}`;
  const copy = JSON.parse(localStorage.getItem(key) ?? "null");
  if (copy) keep(user, page, tab, { ...copy, sent: true });
}

export function forgetSent(tab) {
  for (const copy of all()) if (copy.sent && copy.tab === tab) localStorage.removeItem(copy.key);
}

/** Note that what a tab has sent did not arrive; return these copies. */
export function takeBackSent(tab) {
  const copies = all().filter((copy) => copy.sent && copy.tab === tab);
  for (const copy of copies) keep(copy.user, copy.page, tab, { ...copy, sent: false });
  return copies;
}

/** The copies of a user, or only those of one page, newest first. */
export function copiesOf(user, page = null) {
  return all()
    .filter((copy) => copy.user === user && (page === null || copy.page === page))
    .sort((one, other) => other.time - one.time);
}

export function forgetAll() {
  for (const { key } of all()) localStorage.removeItem(key);
}

export function count() {
  return all().length;
}
