import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import './style/tokens.css'
import './style/base.css'
import './style/print.css'
import { applyLook } from './base/look'
import { scrolls } from './base/scrolls'

applyLook()
createApp(App).directive('scrolls', scrolls).use(router).mount('#app')
