// The theme: VitePress' own without its web fonts, and the figures.

import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'

import Exercises from './Exercises.vue'
import AliveWhen from './figures/AliveWhen.vue'
import AskFilter from './figures/AskFilter.vue'
import BenchResults from './figures/BenchResults.vue'
import BlobsAndLayers from './figures/BlobsAndLayers.vue'
import CgroupMeter from './figures/CgroupMeter.vue'
import ChrootOrPivot from './figures/ChrootOrPivot.vue'
import House from './figures/House.vue'
import LayerOnItsWay from './figures/LayerOnItsWay.vue'
import MountRace from './figures/MountRace.vue'
import NamespaceViews from './figures/NamespaceViews.vue'
import OneCall from './figures/OneCall.vue'
import OverlayTable from './figures/OverlayTable.vue'
import PacketWay from './figures/PacketWay.vue'
import PlanOfRun from './figures/PlanOfRun.vue'
import TwoSteps from './figures/TwoSteps.vue'
import WalkIn from './figures/WalkIn.vue'
import WhatIsLoaded from './figures/WhatIsLoaded.vue'
import Landing from './Landing.vue'
import Layout from './Layout.vue'
import './style.css'

const theme: Theme = {
  extends: DefaultTheme,
  Layout,
  enhanceApp({ app }) {
    app.component('AliveWhen', AliveWhen)
    app.component('AskFilter', AskFilter)
    app.component('BenchResults', BenchResults)
    app.component('BlobsAndLayers', BlobsAndLayers)
    app.component('CgroupMeter', CgroupMeter)
    app.component('ChrootOrPivot', ChrootOrPivot)
    app.component('Exercises', Exercises)
    app.component('House', House)
    app.component('Landing', Landing)
    app.component('LayerOnItsWay', LayerOnItsWay)
    app.component('MountRace', MountRace)
    app.component('NamespaceViews', NamespaceViews)
    app.component('OneCall', OneCall)
    app.component('OverlayTable', OverlayTable)
    app.component('PacketWay', PacketWay)
    app.component('PlanOfRun', PlanOfRun)
    app.component('TwoSteps', TwoSteps)
    app.component('WalkIn', WalkIn)
    app.component('WhatIsLoaded', WhatIsLoaded)
  },
}

export default theme
