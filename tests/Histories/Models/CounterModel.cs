using System.Globalization;
using Histories.Linearizability;

namespace Histories.Models;

/// <summary>A counter that starts at zero.</summary>
public sealed class CounterModel : IModel<long, CounterCall>
{
    public long Initial => 0;

    public bool TryApply(long state, CounterCall call, out long next)
    {
        next = unchecked(state + call.Added);
        return call.Sum is null || call.Sum == next;
    }

    public bool IsRead(CounterCall call) => call.Added == 0;

    public string Describe(long state) => state.ToString(CultureInfo.InvariantCulture);
}
