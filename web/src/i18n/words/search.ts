export const zh = {
  'search.hint': '词、简称、编号、拼音或首字母，如 加装、区发改委、02-02、jzdt',
  'search.can': '可查事项的名称、内容、标准、编号、地点、进展和留言，以及单位、人员、来源文件、视图、功能和此处能办的事。几个词之间用空格，须同时出现。',
  'search.left_out': '没有同时含“{words}”的，已略去这些词',
  'search.filling': '检索正在编入已有的记录，可能还找不全',
  'search.nothing': '没有找到。可换一个词，或只输入前两个字',
  'search.recent': '最近',
  'search.item': '事项', 'search.unit': '单位', 'search.person': '人员', 'search.document': '文件', 'search.room': '功能', 'search.action': '办理', 'search.view': '视图',
  'search.found': '{n} 条',
}
export const en: Record<keyof typeof zh, string> = {
  'search.hint': 'Words, short names, codes, pinyin or its initials, such as 加装, 区发改委, 02-02, jzdt',
  'search.can': 'Finds items by name, content, standard, code, place, reports and comments; units, people, source documents, views, rooms and what can be done here. Several words, apart by blanks, must all occur.',
  'search.left_out': 'Nothing has “{words}” as well; these words were left out',
  'search.filling': 'The search is still taking in older records and may miss some',
  'search.nothing': 'Nothing found. Try another word, or only its first two characters',
  'search.recent': 'Recent',
  'search.item': 'Item', 'search.unit': 'Unit', 'search.person': 'Person', 'search.document': 'Document', 'search.room': 'Room', 'search.action': 'Act', 'search.view': 'View',
  'search.found': '{n} found',
}
