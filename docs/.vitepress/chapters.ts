// The chapters that have a page: the sidebars, the landing page and the tests
// are made from this list.

/** A text in the two languages of the site. */
export interface Words {
  readonly en: string
  readonly zh: string
}

export interface Chapter {
  readonly slug: string
  /** Its folder in chapters/ has the same name. */
  readonly title: Words
  /** What the reader can do afterwards. */
  readonly can: Words
}

export const chapters: readonly Chapter[] = [
  {
    slug: '00-workshop',
    title: { en: 'The workshop', zh: '工作台' },
    can: { en: 'check your machine', zh: '检查自己的机器' },
  },
  {
    slug: '01-syscalls',
    title: { en: 'System calls', zh: '系统调用' },
    can: {
      en: 'call the kernel from TypeScript',
      zh: '用 TypeScript 直接调用内核',
    },
  },
  {
    slug: '02-process',
    title: { en: 'A process', zh: '进程' },
    can: {
      en: 'run a program from a list of calls',
      zh: '用一份调用清单运行程序',
    },
  },
  {
    slug: '03-namespaces',
    title: { en: 'Namespaces', zh: '命名空间' },
    can: {
      en: 'give it its own hostname, pids and network',
      zh: '让它有自己的主机名、进程号和网络',
    },
  },
  {
    slug: '04-rootfs',
    title: { en: 'A root of its own', zh: '自己的根目录' },
    can: { en: 'give it its own files', zh: '让它有自己的文件' },
  },
  {
    slug: '05-overlay',
    title: { en: 'Layers', zh: '镜像层' },
    can: {
      en: 'start a second one in milliseconds, on the same files',
      zh: '共用文件，几毫秒内再启动一个容器',
    },
  },
  {
    slug: '06-cgroups',
    title: { en: 'Limits', zh: '资源限制' },
    can: {
      en: 'limit memory, cpu and processes',
      zh: '限制内存、CPU 和进程数',
    },
  },
  {
    slug: '07-registry',
    title: { en: 'The registry', zh: '镜像仓库' },
    can: {
      en: 'fetch an image from a registry',
      zh: '从镜像仓库取回镜像',
    },
  },
  {
    slug: '08-images',
    title: { en: 'Images', zh: '镜像' },
    can: {
      en: 'turn it into layers, and run it',
      zh: '把它变成镜像层并运行起来',
    },
  },
  {
    slug: '09-containers',
    title: { en: 'Containers', zh: '容器' },
    can: {
      en: 'leave it running, and come back to it',
      zh: '让它在后台运行，随时再回来看',
    },
  },
  {
    slug: '10-exec',
    title: { en: 'Exec', zh: '再运行一个程序' },
    can: {
      en: 'start a second program in it',
      zh: '在里面再启动一个程序',
    },
  },
  {
    slug: '11-network',
    title: { en: 'Network', zh: '网络' },
    can: {
      en: 'let containers find each other, and others in',
      zh: '让容器互相找到，也让别人进得来',
    },
  },
  {
    slug: '12-volumes',
    title: { en: 'Volumes', zh: '卷' },
    can: {
      en: 'keep what it writes',
      zh: '留住它写下的东西',
    },
  },
  {
    slug: '13-security',
    title: { en: 'Security', zh: '安全' },
    can: {
      en: 'be root in it, and nobody outside',
      zh: '在里面是 root，在外面什么都不是',
    },
  },
  {
    slug: '19-rocker',
    title: { en: 'One command', zh: '一条命令' },
    can: {
      en: 'type all of it, from one file',
      zh: '只用一个文件，敲出这一切',
    },
  },
]

export const reference: readonly Omit<Chapter, 'can'>[] = [
  { slug: 'cli', title: { en: 'The command line', zh: '命令行' } },
  { slug: 'errors', title: { en: 'Errors', zh: '错误' } },
  { slug: 'files', title: { en: 'Files on disk', zh: '磁盘上的文件' } },
  { slug: 'glossary', title: { en: 'Glossary', zh: '术语表' } },
]

export const project: readonly Omit<Chapter, 'can'>[] = [
  { slug: 'architecture', title: { en: 'Architecture', zh: '架构' } },
  { slug: 'style', title: { en: 'Style', zh: '代码风格' } },
  { slug: 'decisions', title: { en: 'Decisions', zh: '设计决定' } },
]
