// Material's places in the browser's storage. Material has this inline, which the Content-Security-Policy forbids.
"use strict";
var __md_scope = new URL(document.querySelector("meta[name=lightship-root]").content, location);
function __md_hash(text) {
  return [...text].reduce((sum, letter) => (sum << 5) - sum + letter.charCodeAt(0), 0);
}
function __md_get(key, storage = localStorage, scope = __md_scope) {
  try { return JSON.parse(storage.getItem(scope.pathname + "." + key)); } catch { return null; }
}
function __md_set(key, value, storage = localStorage, scope = __md_scope) {
  try { storage.setItem(scope.pathname + "." + key, JSON.stringify(value)); } catch { /* storage is off */ }
}
