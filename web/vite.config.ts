import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The server writes a fresh nonce over __CSP_NONCE__ in every answer of index.html (script-src 'nonce-…').
export default defineConfig({
  plugins: [vue()],
  html: { cspNonce: '__CSP_NONCE__' },
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'chrome86',
    cssTarget: 'chrome86',
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        // The core (Vue, router, client, words) is all that the phone form loads besides itself.
        manualChunks(id) {
          if (id.includes('/node_modules/pinyin-pro/')) return 'pinyin'
          if (/\/node_modules\/(@vue|vue|vue-router)\//.test(id)) return 'core'
          return undefined
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.BIHUAN_URL ?? 'http://127.0.0.1:8023' } },
})
