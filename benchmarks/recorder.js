// Records when each part of a page shows what is expected, from the pointer going down on an option.
// Texts are looked at in each animation frame, and so are the sums of the values that upright bars carry. The map is right at the first draw to the screen that carries the expected number of symbols (drawings into a
// hidden buffer, for picking, do not count), and is stamped when the frame after it begins.
(() => {
  const P = (window.__portique = { start: null, views: {}, seen: {}, bytes: 0, messages: 0, armed: false })
  const see = (name) => {
    if (!(name in P.seen)) P.seen[name] = performance.now() - P.start
  }
  P.arm = (views) => Object.assign(P, { views, seen: {}, start: null, bytes: 0, messages: 0, armed: true })
  P.done = () => P.start !== null && Object.keys(P.views).every((name) => name in P.seen)
  const text = (selector) => document.querySelector(selector)?.textContent ?? ''
  const sum = (selector) =>
    Array.from(document.querySelectorAll(`${selector} [data-value]`)).reduce((all, bar) => all + Number(bar.dataset.value), 0)
  const look = () => {
    if (!P.armed) return
    for (const [name, view] of Object.entries(P.views)) {
      if (name in P.seen) continue
      if (view.texts && view.texts.every((expected) => text(view.selector).includes(expected))) see(name)
      if (view.sum !== undefined && Math.abs(sum(view.selector) - view.sum) < 0.5) see(name)
    }
    if (P.done()) P.armed = false
    else requestAnimationFrame(look)
  }
  document.addEventListener(
    'pointerdown',
    () => {
      if (!P.armed || P.start !== null) return
      P.start = performance.now()
      requestAnimationFrame(look)
    },
    true,
  )
  const screen = (gl) => gl.getParameter(gl.DRAW_FRAMEBUFFER_BINDING) === null
  const symbols = (gl, count) => {
    if (!P.armed || P.start === null || !screen(gl)) return
    for (const [name, view] of Object.entries(P.views))
      if (view.symbols === count) requestAnimationFrame(() => see(name))
  }
  const GL = WebGL2RenderingContext.prototype
  for (const [name, place] of [['drawArraysInstanced', 3], ['drawElementsInstanced', 4]]) {
    const original = GL[name]
    GL[name] = function (...args) {
      const result = original.apply(this, args)
      symbols(this, args[place])
      return result
    }
  }
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args)
      this.addEventListener('message', ({ data }) => {
        if (P.start === null) return
        P.bytes += data.byteLength ?? data.size ?? data.length
        P.messages += 1
      })
    }
  }
})()
