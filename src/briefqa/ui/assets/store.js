// The conversations of this browser in its own database: a record for each turn, so that two tabs
// never overwrite each other's. Without one (some private windows) they last as long as the page.
briefqa.store = (() => {
  const opened = new Promise((done, fail) => {
    const request = indexedDB.open("briefqa", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("talks", { keyPath: "id" });
      request.result.createObjectStore("turns", { keyPath: "id" }).createIndex("talk", "talk");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  opened.catch(() => {});

  async function run(name, mode, act) {
    const database = await opened;
    return new Promise((done, fail) => {
      const transaction = database.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => done(request?.result);
      transaction.onabort = () => fail(transaction.error);
    });
  }
  let told = false;
  async function write(name, act) {
    try {
      await run(name, "readwrite", act);
    } catch {
      if (!told) briefqa.talk.notice(briefqa.say("not_kept"));
      told = true;
    }
  }

  return {
    talks: () => run("talks", "readonly", (all) => all.getAll()).catch(() => []),
    turns: (talk) => run("turns", "readonly", (all) => all.index("talk").getAll(talk)).catch(() => []),
    put: (name, ...records) => write(name, (all) => { for (const each of records) all.put(each); }),
    drop: (name, ...records) => write(name, (all) => { for (const each of records) all.delete(each.id); }),
  };
})();
