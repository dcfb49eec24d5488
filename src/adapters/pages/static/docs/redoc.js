// Shows the API's document. A script of its own, for the page allows none within it.
"use strict";

// Redoc's menu fetches its maker's logo from another host. Here an image has no source elsewhere.
const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
Object.defineProperty(HTMLImageElement.prototype, "src", {
  get: source.get,
  set(url) {
    if (new URL(url, location).origin === location.origin) source.set.call(this, url);
  },
});
HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name === "src") this.src = value;
  else Element.prototype.setAttribute.call(this, name, value);
};

const page = document.getElementById("redoc");
Redoc.init(page.dataset.document, { nativeScrollbars: true }, page);
