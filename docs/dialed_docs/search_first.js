/* Stands before the theme's search worker: what is called exactly as was typed comes first, whatever the weights say. */
(() => {
  const QUERY = 2, RESULT = 3;
  const tell = self.postMessage.bind(self);
  const asked = [];
  const text = s => s.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const fold = s => text(s).toLowerCase().replace(/[\s_-]+/g, "");
  /* 3: the page's own name, 2: another name of it, 1: a name that begins so. */
  const rank = (page, name) => {
    if (!/^(settings|samplers|models|tools|checks|symptoms)\/[^#]+$/.test(page.location)) return 0;
    const own = [page.title, page.location.split("/").slice(-2)[0]].map(fold);
    if (own.includes(name)) return 3;
    const names = (page.tags || []).map(fold);
    if (names.includes(name)) return 2;
    return name.length > 2 && [...own, ...names].some(other => other.startsWith(name)) ? 1 : 0;
  };
  self.addEventListener("message", ({data}) => {
    if (data.type !== QUERY) return;
    asked.push(fold(data.data));
    /* A flag: to the index a leading dash would mean "without this word". */
    data.data = data.data.replace(/(^|\s)-+(?=[^\s-])/g, "$1");
  });
  self.postMessage = message => {
    if (message.type === RESULT) {
      const name = asked.shift();
      const order = new Map(message.data.items.map(([page], i) => [page, [rank(page, name), page.boost || 1, -i]]));
      if (name) message.data.items.sort(([a], [b]) => {
        const [x, y] = [order.get(a), order.get(b)];
        return y[0] - x[0] || (x[0] > 0 && x[0] < 3 && y[1] - x[1]) || y[2] - x[2];
      });
    }
    tell(message);
  };
})();
