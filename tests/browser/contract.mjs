// Contract work: a change refused and one granted with the comparison looked at, withdrawal, an extension too
// late, an objection with recusal, split, merge, a comment with a mention, watching.
import { check, expected, open, run, shot, shots, signIn } from './lib.mjs'

/** A command through the page's own session; the answer's status and body. */
const act = (page, name, body) =>
  page.evaluate(async ([n, b]) => {
    const s = await (await fetch('/api/v1/session')).json()
    const r = await fetch(`/api/v1/do/${n}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': s.csrf, 'Idempotency-Key': crypto.randomUUID() }, body: JSON.stringify(b) })
    return { status: r.status, body: await r.json() }
  }, [name, body])
const item = (page, code) => page.evaluate(async (c) => (await fetch(`/api/v1/item?item=${encodeURIComponent(c)}`)).json(), code)

async function see(page, path, what) {
  await page.goto(path)
  await page.waitForSelector(what)
}

export async function contract(browser, base) {
  const unit = await open(browser, base)
  const lead = await open(browser, base)
  const sup = await open(browser, base)
  await signIn(unit, 'fgw')
  await signIn(lead, 'quzhang')
  await signIn(sup, 'ducha2')
  const rows = await unit.evaluate(async () => (await (await fetch('/api/v1/items?state=accepted&limit=100')).json()).rows)
  const mine = []
  for (const r of rows) {
    const d = await item(unit, r.code)
    if (d.loop.steps.find((s) => s.command === 'item.ask_change')?.allowed && d.item.due_day > '2023-08-01') mine.push(r.code)
  }
  check(mine.length > 0, 'the example has an item of FGW that may still ask')
  const code = mine[0]

  await run('the story, and a comparison of the first promise with what is asked', async () => {
    await see(unit, `/item/${code}?tab=story`, '.story li')
    await unit.click('[data-command="item.ask_change"]')
    await unit.fill('[id="item.ask_change-wish"]', '顺延一个月')
    await unit.fill('[id="item.ask_change-reason"]', '连续降雨停工')
    const due = (await item(unit, code)).item.due_day
    const later = new Date(Date.parse(due) + 30 * 86_400_000).toISOString().slice(0, 10)
    await unit.fill('[id="item.ask_change-new_due"]', later)
    await unit.press('[id="item.ask_change-new_due"]', 'Enter')
    await unit.click('.el-dialog__footer .btn.primary')
    await unit.waitForSelector('.el-dialog', { state: 'hidden' })
    await see(unit, `/item/${code}?tab=compare`, '.compare tr.differs')
    check((await unit.textContent('.compare')).includes('申请中'), 'what is asked stands beside the first promise')
    await shot(unit, 'item-compare')
  }, unit)

  await run('withdrawn by the one who asked', async () => {
    await see(unit, `/item/${code}`, '[data-command="item.withdraw_change"]')
    await unit.click('[data-command="item.withdraw_change"]')
    await unit.fill('[id="item.withdraw_change-reason"]', '工期已追回')
    await unit.click('.el-dialog__footer .btn.primary')
    await unit.waitForSelector('.el-dialog', { state: 'hidden' })
    check((await item(unit, code)).changes[0].state === 'withdrawn', 'withdrawn')
  }, unit)

  await run('a comment names somebody, who finds it on his day', async () => {
    await see(unit, `/item/${code}?tab=talk`, '#comment')
    const people = await unit.evaluate(async (c) => (await (await fetch(`/api/v1/item_people?item=${c}`)).json()).rows, code)
    const me = await sup.evaluate(async () => (await (await fetch('/api/v1/session')).json()).account)
    const whom = people.find((p) => p.name === (me.person_name ?? me.name)) ?? people[0]
    await unit.fill('#comment', '')
    await unit.type('#comment', `请 @${whom.name.slice(0, 2)}`)
    await unit.waitForSelector('.hits-people li')
    await shot(unit, 'item-mention')
    await unit.click(`.hits-people li:has-text("${whom.name}")`)
    await unit.type('#comment', '核一下进度')
    await unit.click('.talk button[type=submit]')
    await unit.waitForSelector('.talk li:has-text("核一下进度")')
    await see(sup, '/my-day', '.page-head h1')
    if (whom.name === (me.person_name ?? me.name)) await sup.waitForSelector('.news:has-text("核一下进度")')
  }, unit)

  await run('watching brings news, until they are seen', async () => {
    await see(lead, `/item/${code}`, '[data-command="item.watch"]')
    await lead.click('[data-command="item.watch"]')
    await lead.waitForSelector('[data-command="item.watch"][aria-pressed=true]')
    await act(unit, 'item.comment', { item: code, body: '新动态', mentions: [] })
    await see(lead, '/my-day', '.news')
    await shot(lead, 'my-day-news')
    await lead.click('.news .head button')
    await lead.waitForSelector('.news', { state: 'detached' })
  }, lead)

  await run('one change refused, one granted; another extension only by whom the rule names', async () => {
    const d = await item(unit, code)
    const day = (n) => new Date(Date.parse(d.item.due_day) + n * 86_400_000).toISOString().slice(0, 10)
    const ask = async (kind, more) => (await act(unit, 'item.ask_change', { item: code, kind, wish: '调整', reason: '客观原因', ...more })).body
    const refused = await ask('target', { new_quantity: '12', new_quantity_unit: '项' })
    check((await act(lead, 'item.decide_change', { change: refused.change, approve: false, opinion: '目标不变' })).status === 200, 'refused')
    const granted = await ask('due', { new_due: day(30) })
    const other = await open(browser, base)
    await signIn(other, 'changwu')
    expected.on = true
    const wrong = await act(other, 'item.decide_change', { change: granted.change, approve: true, opinion: '同意' })
    check(d.item.extensions === 1 && wrong.body.id === 'change.other_decider', JSON.stringify(wrong.body))
    expected.on = false
    await other.context().close()
    check((await act(lead, 'item.decide_change', { change: granted.change, approve: true, opinion: '同意' })).status === 200, 'granted')
    await see(unit, '/my-day', '.news')
    const news = await unit.textContent('.news')
    check(news.includes('不同意调整') && news.includes('同意调整：同意'), 'both decisions are told')
    await see(unit, `/item/${code}?tab=compare`, '.compare tr.differs')
    await unit.locator('.compare').screenshot({ path: `${shots}/item-compare-granted.png` })
    check((await unit.textContent('.compare')).includes('已延期 2 次'), 'extensions are counted')
    expected.on = true
    const third = await act(unit, 'item.ask_change', { item: code, kind: 'due', wish: '三延', reason: '再延', new_due: day(45) })
    check(third.body.id === 'change.no_more_extensions' && /已延期 2 次/.test(third.body.detail), JSON.stringify(third.body))
    expected.on = false
  }, unit)

  await run('an extension after the due date is refused, with its sentence', async () => {
    let other = null
    let late = null
    for (const login of ['fgw', 'zjw', 'swj', 'gzw', 'yjj', 'yqg', 'cyzb', 'tjjt', 'j08', 'j17']) {
      if (late) break
      other = await open(browser, base)
      await signIn(other, login)
      const live = await other.evaluate(async () => (await (await fetch('/api/v1/items?state=accepted&limit=100')).json()).rows)
      for (const r of live.filter((x) => x.due_day && x.due_day < '2023-06-30')) {
        const d = await item(other, r.code)
        const step = d.loop.steps.find((x) => x.command === 'item.ask_change')
        if (!late && step && !/牵头/.test(step.why ?? '')) late = { code: r.code, step }
      }
      if (!late) await other.context().close()
    }
    check(late, 'the example has an item that is late')
    check(!late.step.allowed && /已过/.test(late.step.why), late.step.why)
    await see(other, `/item/${late.code}`, '.barred li:has-text("已过")')
    await other.context().close()
  }, unit)

  await run('an objection: not by who verified, by another it is upheld', async () => {
    let owner = null
    let found = null
    for (const login of ['fgw', 'zjw', 'swj', 'gzw', 'yjj', 'yqg', 'cyzb', 'tjjt', 'j08', 'j17']) {
      if (found) break
      owner = await open(browser, base)
      await signIn(owner, login)
      const live = await owner.evaluate(async () => (await (await fetch('/api/v1/items?state=accepted&limit=100')).json()).rows)
      for (const r of live) {
        if (!found && !(await item(sup, r.code)).children.length && (await item(owner, r.code)).loop.steps.find((x) => x.command === 'item.finish')?.allowed) found = r.code
      }
      if (!found) await owner.context().close()
    }
    check(found, 'the example has an item without children that can be finished')
    const d0 = await item(owner, found)
    const answers = d0.parts.filter((p) => p.kind !== 'measure').map((p) => ({ part: p.id, answer: '完成' }))
    const done = await act(owner, 'item.finish', { item: found, narrative: '全部完成', answers })
    check(done.status === 200, JSON.stringify(done.body))
    const passed = await act(sup, 'item.pass', { item: found, findings: '基本属实' })
    check(passed.status === 200, JSON.stringify(passed.body))
    const o = (await act(owner, 'item.object', { item: found, grounds: '核查遗漏了两份材料' })).body.objection
    let by = null
    expected.on = true
    for (const login of ['ducha2', 'ducha', 'minsheng']) {
      const other = await open(browser, base)
      await signIn(other, login)
      const r = await act(other, 'item.decide_objection', { objection: o, uphold: true, decision: '补充材料属实' })
      if (r.status === 200) by = login
      else check(/objection\.(took_part|recusal)/.test(r.body.id), JSON.stringify(r.body))
      await other.context().close()
      if (by) break
    }
    expected.on = false
    check(by && by !== 'ducha2', `who verified is refused, decided by ${by}`)
    const d = await item(owner, found)
    check(d.item.state === 'accepted' && d.item.overturned === 1 && d.item.reopened === 0, 'worked on again, counted as overturned')
    await see(owner, `/item/${found}`, '.item-head .tag:has-text("被推翻")')
    await owner.context().close()
  }, sup)

  await run('split into two parts, from the form', async () => {
    await see(sup, `/item/${code}`, '[data-command="item.split"]')
    await sup.click('[data-command="item.split"]')
    await sup.waitForSelector('.el-dialog form')
    await shot(sup, 'item-split')
    await sup.keyboard.press('Escape')
    const due = (await item(sup, code)).item.due_day
    const part = (title) => ({ title, standard: '完成', lead: 'FGW', due })
    const r = await act(sup, 'item.split', { item: code, reason: '分头办理', parts: [part('一期工程'), part('二期工程')] })
    check(r.status === 200, JSON.stringify(r.body))
    await see(sup, `/item/${r.body.parts[0].code}`, '.item-head a:has-text("拆自")')
    const m = await act(lead, 'item.merge', { item: r.body.parts[0].code, heir: r.body.parts[1].code, reason: '两期合并' })
    check(m.status === 200, JSON.stringify(m.body))
    await see(sup, `/item/${r.body.parts[1].code}`, '.item-head a:has-text("并入本事项的")')
  }, sup)
  expected.on = false
  for (const [w, h] of [[360, 780]]) {
    const phone = await open(browser, base, { width: w, height: h })
    await run('the page on a phone', async () => {
      await signIn(phone, 'fgw')
      await see(phone, `/item/${code}?tab=story`, '.story li')
      await shot(phone, 'item-phone')
      const over = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      check(over <= 0, `no sideways scrolling (${over} px)`)
    }, phone)
  }
}
